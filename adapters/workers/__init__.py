"""Models that run as programs of their own, which are called workers here."""
