"""Persons of two sources compared by what their records say: names, birth date, place. Only keyed pairs leave it."""
