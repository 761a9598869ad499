"""Demo businesses: generators that give the same documents for the same day, and how they are booked."""
