"""How good a judge is: what it prefers, beside what people preferred."""
