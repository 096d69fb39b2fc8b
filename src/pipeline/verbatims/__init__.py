"""What customers wrote, in their own words: the emotion of a text, its terms, the themes that terms make."""
