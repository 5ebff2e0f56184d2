"""Reading the city: figures, the lists behind them, a unit, what waits for a leader."""
