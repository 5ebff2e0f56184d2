// The running sum of a points table: inputs with data-add in a form with data-sum; without it the page sums when saved.
const shown = document.querySelector('[data-sum-shown]')
const form = document.querySelector('form[data-sum]')
if (shown && form) {
  const inputs = [...form.querySelectorAll('[data-add]')]
  const cents = (text) => (/^\d+(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : 0)
  const before = inputs.reduce((sum, input) => sum + cents(input.value), 0)
  const fixed = Math.round(Number(shown.textContent) * 100) - before
  form.addEventListener('input', () => {
    const sum = fixed + inputs.reduce((total, input) => total + cents(input.value), 0)
    shown.textContent = String(sum / 100)
  })
}
