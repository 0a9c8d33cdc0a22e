"""The pure core: names, lists, timetables, policy, ruleset, plan. It touches no file, clock, database or network."""
