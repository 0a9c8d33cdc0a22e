"""The school's records: people's decisions are rows, and every change of them says what happened."""
