"""From an address to a point: whom to ask, in which order, how often, and whom to believe.

`places` knows what was asked and which answers can be true, `providers` speaks to geocoders through geopy,
`turns` lets all processes together ask each of them once a second and leaves one that is down alone,
`asking` goes from one to the next and remembers what they said. Only the worker comes here.
"""
