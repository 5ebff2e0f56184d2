"""Live scores of the units that carry out the 12345 platform's orders, closed sheets and appeals."""
