"""The way of a request from below, step by step, each by a button of a page.

A county asks; its paper is returned once for a fault, registered, handled by a section and decided on by the leaders;
it becomes a collective decision, goes through the review of topics to an executive meeting with its quorum, every
member speaks, the chair concludes; the minutes are signed and become a task; the document is drafted with its
interpretation, signed, numbered, printed and published the same day; the task is done and closed.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.test import Client

from luoshi.documents.models import Step
from luoshi.ledger.models import Matter
from luoshi.ledger.services import sweep
from luoshi.organisation.models import Body, User
from tests.office.walker import Clock, Walker, pk_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
REQUEST = "卢氏县人民政府关于老城区改造规划的请示"
DOCUMENT = "关于印发老城区改造规划的通知"


FIVE = ("competence", "lawful", "consulted", "rules", "format")


@dataclass(frozen=True, slots=True)
class Place:
    """What differs between a city and a county in this walk.

    start, sitting, due: when it begins, when the meeting sits, by when the task is to be done.
    below: the class of the unit that asks. checks: the points of the desk's check. subject: what the matter is about.
    steps: the records of its preparation. place: kind and category of the meeting's topics. reviews: how often the
    topic is looked at. circulation: what is said to who would decide without a meeting. number, passed: of the document.
    """

    start: dt.datetime
    sitting: dt.datetime
    due: str
    below: str
    checks: tuple[str, ...]
    subject: str
    steps: tuple[str, ...]
    place: str
    reviews: int
    circulation: str
    number: str
    passed: str


CITY = Place(
    start=dt.datetime(2017, 11, 6, 9, 0, tzinfo=SHANGHAI),
    sitting=dt.datetime(2017, 11, 10, 9, 0, tzinfo=SHANGHAI),
    due="2017-12-29",
    below="县（市、区）政府",
    checks=FIVE,
    subject="大规模城市改造规划",
    steps=("research", "expert", "participation", "risk"),
    place="executive:2",
    reviews=4,
    circulation="不得以传阅代替集体决策",
    number="三政〔2017〕1号",
    passed="已经2017年11月10日市政府第1次常务会议审议通过",
)
COUNTY = Place(
    start=dt.datetime(2020, 11, 2, 9, 0, tzinfo=SHANGHAI),
    sitting=dt.datetime(2020, 11, 13, 9, 0, tzinfo=SHANGHAI),
    due="2020-12-31",
    below="乡镇政府",
    checks=(*FIVE, "one_recipient", "one_matter", "no_request"),
    subject="重大规划",
    steps=("research", "assessments", "participation", "expert", "risk"),
    place="executive:4",
    reviews=3,
    circulation="未经会议讨论不得以传阅形成决定",
    number="西政〔2020〕1号",
    passed="已经2020年11月13日县政府第1次常务会议讨论通过",
)
ONWARD = {
    "accept", "fill-slip", "pass-check", "proof-read", "present", "sign", "prove", "number", "print", "publish",
}  # fmt: skip
NEED = (
    "not_oral", "not_in_law", "has_substance", "not_upgraded", "beyond_department", "not_routine", "not_repeated",
    "not_relayed", "own_measures", "policy",
)  # fmt: skip
VICES = ("executive", "vicemayor", "vicemayor2", "vicemayor3")


def of(person_id: int) -> Walker:
    """Somebody by the person."""
    return Walker(User.objects.get(person_id=person_id).username)


def body(code: str) -> int:
    """The id of a body."""
    return Body.objects.get(code=code).pk


def person(username: str) -> int:
    """The person of an account."""
    return User.objects.get(username=username).person_id


def matter(url: str) -> Matter:
    """The matter that a page shows, as it is now."""
    return Matter.objects.get(pk=pk_of(url))


class Journey:
    """One request on its way, with everybody who has a part in it."""

    speakers: tuple[str, ...] = (*VICES, "secretary")

    def __init__(self, clock: Clock, place: Place = CITY) -> None:
        self.clock, self.place = clock, place
        self.county, self.desk, self.clerk = Walker("lushi.liaison"), Walker("mishu"), Walker("zonghe1")
        self.office, self.mayor, self.secretary = Walker("shizhangban"), Walker("mayor"), Walker("secretary")
        self.paper = self.decision = self.topic = self.meeting = self.minutes = self.document = ""

    def request(self) -> None:
        """The county reports; the first paper is returned for a fault, the second is registered and distributed."""
        said = {
            "title": "关于老城区改造规划的请示", "source": self.place.below, "genre": "request", "urgency": "routine",
            "content": "老城区街巷狭窄、管网老化，请市政府批准改造规划。",
        }  # fmt: skip
        yes = dict.fromkeys(self.place.checks, "yes")
        self.county.press("保存", "/documents/sent/new/", **said)
        self.county.press("网上报送")
        own = self.county.page.url
        self.desk.press("接收", f"/documents/incoming/{pk_of(own)}/")
        self.desk.press("收文审核", **{**yes, "format": "no", "format_note": "标题没有写发文机关"})
        self.desk.press(
            "退回", ground="documents.return_format", reason="标题没有写发文机关，请改正后重新报送"
        )
        assert "标题没有写发文机关" in self.county.open(own).text
        self.county.press("保存", "/documents/sent/new/", **{**said, "title": REQUEST})
        self.ask_others()
        self.county.press("网上报送")
        self.paper = f"/documents/incoming/{pk_of(self.county.page.url)}/"
        self.desk.press("接收", self.paper)
        self.desk.press("收文审核", **yes)
        self.desk.press("编号登记", entry="请示一件", slip="on")
        assert REQUEST in Walker("mishu").open("/search/?q=管网老化").text, "found by what it says"
        self.desk.press("分办", sections=[body("zonghe1")], note="请综合一科研提拟办意见")

    def ask_others(self) -> None:
        """What a unit does before it reports; a city's rules leave that to it."""

    def instruct(self) -> None:
        """The section proposes; each leader gives a definite opinion, back to front, up to the mayor."""
        self.clerk.press("签收", self.paper)
        self.clerk.press(
            "提出意见",
            background="老城区建于上世纪，街巷狭窄。",
            opinion="建议原则同意，列入市政府常务会议研究。",
        )
        self.clerk.press("标注重大、法律事项", major="on", three_major="on", reason="城市改造规划属重大决策")
        self.clerk.press("送批", mayor="on", coordinated="已与市住建局、规划局会商")
        signed = []
        while waiting := Step.objects.filter(paper_id=pk_of(self.paper), matter__state="open").first():
            who = of(waiting.person_id)
            refused = who.try_press("批阅", f"/documents/steps/{waiting.pk}/", mark="agree", opinion="")
            assert who.username == "mayor" or refused.status == 422, "a mark alone is no opinion"
            if refused.status == 422:
                who.press(
                    "批阅", f"/documents/steps/{waiting.pk}/", mark="agree", opinion="同意，提交常务会议研究"
                )
            signed.append(who.username)
            self.clock.on(minutes=20)
        assert signed[-1] == "mayor", signed

    def prepare(self) -> None:
        """It becomes a matter for collective decision; without its legality review it goes nowhere."""
        self.clerk.press(
            "登记", f"/decisions/new/?source={pk_of(self.paper)}", title="老城区改造规划", subjects=[self.place.subject],
            summary="按街区分三期改造老城区。", basis="城乡规划条例", competence="市政府的规划职责", option1="分期改造",
            gains1="稳妥", drawbacks1="周期长", option2="整体改造", gains2="见效快", drawbacks2="投入集中", weight="ordinary",
        )  # fmt: skip
        self.decision = self.clerk.page.url
        refused = self.clerk.try_press("提请决策")
        assert "合法性审查" in refused.text and matter(self.decision).state == "preparing"
        for key in self.place.steps:
            page = self.clerk.open(f"{self.decision}steps/{key}/")
            self.clerk.complete(page.own_form().buttons[0])
        self.clerk.press("送合法性审查", self.decision, materials="规划文本、论证报告")
        law = Walker("fazhi")
        law.follow("/decisions/legality/", "/decisions/legality/")
        law.press("出具审查意见", result="lawful", opinion="符合法律法规规定")
        self.clerk.press("提请决策", self.decision)
        lead = next(one for one in map(Walker, VICES) if "审核同意" in one.open(self.decision).text)
        lead.press("审核同意", self.decision, opinion="同意提请常务会议讨论")
        self.mayor.press("确定为议题", self.decision)
        refused = self.office.try_press("登记其他方式形成的决定", self.decision, form="circulation")
        assert refused.status == 422 and self.place.circulation in refused.text

    def table(self) -> None:
        """It passes the review of topics; its papers are approved; it goes on the agenda of an executive meeting."""
        self.clerk.press("列入会议议题", self.decision, place=self.place.place)
        self.topic = self.clerk.follow("/meetings/topics/", "/meetings/topics/").url
        self.clerk.press("报审", self.topic)
        for _ in range(self.place.reviews):
            who = of(matter(self.topic).facts["person"])
            page = who.open(self.topic)
            button = next(f.buttons[0] for f in page.forms if f.action.endswith(("/pass/", "/determine/")))
            who.complete(button, filler="同意")
        self.office.press("收存并通知备料", self.topic)
        self.classify()
        self.clerk.press("提出参会单位", self.topic, bodies=[body("chengguan")])
        papers = next(one for one in self.clerk.page.links if re.fullmatch(r"/meetings/materials/\d+/", one))
        self.clerk.open(f"{papers}edit/")
        self.clerk.complete("保存", filler="老城区分三期改造，先改管网。")
        self.clerk.press("送审", papers)
        while (fresh := matter(papers)).state != "approved":
            who = of(fresh.facts["person"])
            who.open(papers)
            who.complete("审核通过", filler="同意")
        self.office.press(
            "拟定",
            "/meetings/new/",
            kind="executive",
            planned_at=f"{self.place.sitting:%Y-%m-%dT%H:%M}",
            place="第一会议室",
            chair=person("mayor"),
        )
        self.meeting = self.office.page.url
        self.office.press("列入议程", f"{self.meeting}agenda/")
        self.secretary.press("审核方案", self.meeting, opinion="同意")
        self.mayor.press("确定方案", self.meeting)
        self.office.press("发出会议通知", self.meeting)
        self.clock.to(self.place.sitting - dt.timedelta(days=2))
        self.office.press("登记材料已送达", self.meeting)

    def classify(self) -> None:
        """The city has two classes of topics."""
        self.office.press("提出分类", self.topic, treatment="decide")

    def decide(self) -> None:
        """In the meeting every member present speaks before the mayor may conclude."""
        self.clock.to(self.place.sitting - dt.timedelta(minutes=10))
        recorder = person("shizhangban")
        self.office.open(self.meeting)
        while any("签到" in form.buttons for form in self.office.page.forms):
            self.office.press("签到", discipline="on")
        self.office.press("开会", self.meeting, recorder=recorder)
        self.office.press("开始审议", self.meeting)
        self.mayor.press("开始审议", self.decision, recorder=recorder)
        speak = f"{self.decision}speak/"
        assert "还不能作出结论" in self.mayor.open(f"{self.decision}conclude/").text
        refused = Walker("executive").try_press("提交表态", speak, view="agree", reason="")
        assert refused.status == 422, "a view without a reason"
        for name in self.speakers:
            Walker(name).press("提交表态", speak, view="agree", reason="方案可行，资金有保障")
        self.mayor.open(f"{self.decision}conclude/")
        self.mayor.press(
            "作出结论",
            outcome="passed",
            view="agree",
            reason="同意大家的意见",
            conclusion="原则通过，由市住建局组织实施",
        )
        self.office.press("散会", self.meeting)

    def minute(self) -> None:
        """The minutes are checked, signed by the chair, numbered; what they decided becomes a task."""
        self.office.press("起草会议纪要", self.meeting)
        self.minutes = self.office.follow("/meetings/minutes/", "/meetings/minutes/").url
        self.office.press("修改纪要", text="会议听取了老城区改造规划的汇报。")
        self.office.press("修改", self.minutes, lead=body("zhujian"), due_on=self.place.due)
        self.office.press("送审", self.minutes)
        self.secretary.press("审核", self.minutes, opinion="同意")
        self.mayor.press("签发", self.minutes)
        assert not any("修改纪要" in form.buttons for form in self.office.open(self.minutes).forms)
        self.desk.press("编号印发", self.minutes)

    def issue(self) -> None:
        """The document goes from draft to signature, number, print and portal, whoever has the next step taking it."""
        self.clerk.press(
            "报领导同意", f"/documents/outgoing/new/?source={pk_of(self.decision)}", title=DOCUMENT,
            purpose="贯彻常务会议决定", **dict.fromkeys(NEED, "on"),
        )  # fmt: skip
        self.document = self.clerk.page.url
        self.mayor.press("同意发文", self.document, opinion="同意")
        self.clerk.open(f"{self.document}edit/")
        self.clerk.press(
            "保存", text="一、总体要求\n分三期改造老城区。", addressees="各县（市、区）人民政府，市人民政府各部门",
            basis="市政府常务会议决定", disclosure="open", disclosure_reason="依法应当公开",
            interpretation_plan="新闻发布会和图解", interpretation_material="规划要点和实施安排",
        )  # fmt: skip
        head = Walker("zonghe1.head")
        head.press("审定解读方案", self.document, opinion="同意")
        head.press("审定解读材料", self.document, opinion="同意")
        self.clerk.press("报送代拟稿", self.document)
        everybody = [
            self.clerk,
            self.desk,
            *map(Walker, ("deputy", "deputy2")),
            self.secretary,
            *map(Walker, VICES),
            self.mayor,
        ]
        done: set[tuple[str, str]] = set()
        while self._advance(everybody, done):
            self.clock.on(minutes=5)
        assert matter(self.document).number == self.place.number
        shown = self.desk.open(self.document).text
        assert self.place.passed in shown
        assert DOCUMENT in Walker("mishu").open(f"/search/?q={self.place.number}").text, "found by its number"
        public = Client().get("/documents/public/").content.decode()
        assert DOCUMENT in public

    def _advance(self, everybody: list[Walker], done: set[tuple[str, str]]) -> bool:
        for who in everybody:
            for form in who.open(self.document).forms:
                step = form.action.rstrip("/").split("/")[-1]
                if step not in ONWARD or (who.username, step) in done:
                    continue
                done.add((who.username, step))
                ticks = {name: "on" for name, options in form.options.items() if "on" in options}
                assert not (step == "publish" and "sign" not in {one for _, one in done}), (
                    "published before signed"
                )
                who.complete(form.buttons[0], filler="同意", **ticks)
                return True
        return False

    def see_through(self) -> None:
        """The unit does the task; who set it checks and closes; the county sees no more than that it is done."""
        unit = Walker("zhujian.liaison")
        task = unit.follow("/supervision/", "/supervision/tasks/").url
        unit.press("签收", task)
        self.clock.on(days=1)
        unit.press("报结", task, text="一期管网改造已经完工，附验收材料")
        assert not any(form.action.endswith("/close/") for form in Walker("ducha").open(task).forms), (
            "not its task"
        )
        page = self.office.open(task)
        close = next(form for form in page.forms if form.action.endswith("/close/"))
        self.office.complete(close.buttons[0], filler="情况属实，同意销号")
        assert matter(task).state == "closed"
        self.clerk.press("办结", self.paper, outcome="市政府常务会议原则通过，已印发文件")
        assert "已办结" in self.county.open(f"/documents/sent/{pk_of(self.paper)}/").text


class CountyJourney(Journey):
    """The same way under a county's rules, with what they do differently."""

    speakers = VICES

    def decide(self) -> None:
        """The head of the office sits in, and has no voice."""
        super().decide()
        assert "办公室主任" in self.secretary.open(self.meeting).text

    def ask_others(self) -> None:
        """A unit asks another before it reports; three working days without an answer count as consent."""
        own = self.county.page.url
        self.county.press(
            "征求意见或会签", body=body("zhujian"), purpose="opinions", text="对改造规划有何意见"
        )
        self.clock.to(dt.datetime(2020, 11, 5, 17, 0, tzinfo=SHANGHAI))
        sweep(now=self.clock.now)
        assert "视为无不同意见" not in self.county.open(own).text, "the third working day is not over"
        self.clock.to(dt.datetime(2020, 11, 6, 9, 0, tzinfo=SHANGHAI))
        sweep(now=self.clock.now)
        assert "视为无不同意见" in self.county.open(own).text

    def instruct(self) -> None:
        """The chain of the county, by its own titles."""
        super().instruct()
        shown = self.clerk.open(self.paper).text
        assert all(
            one in shown for one in ("政府办副主任审核", "政府办主任审核", "分管副县长审批", "县长审批")
        )

    def classify(self) -> None:
        """The county does not class its topics."""
        assert not any("提出分类" in form.buttons for form in self.office.open(self.topic).forms)

    def see_through(self) -> None:
        """A week without another executive meeting, and the office is reminded."""
        super().see_through()
        self.clock.to(self.place.sitting + dt.timedelta(days=7))
        assert "一般每7天召开一次" in self.office.open("/meetings/").text
