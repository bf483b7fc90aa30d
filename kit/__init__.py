"""Parts without a domain noun: settings, database, jobs, clock, text, encoders, languages."""
