"""The authorization matrix: who gets what, on every route and by every channel.

`people` and `things` furnish a world, `oracle` says in plain words who may see what in it,
`addresses` fills every rule of the application's map with the ids of that world, `asking` asks
and reads the answers, and `cells` decides, one cell at a time, whether what came was right.
The oracle knows nothing of the program's own policy: where the two disagree, one of them is wrong.
"""
