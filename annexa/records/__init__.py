"""What is kept: the complete export of an organisation, how long records stay, and how they are disposed of."""
