"""Roads, travel times, vehicles and the dispatch of loads on them."""
