# A later program of the same session goes on with the variables, functions and imports of the first.
await note("part2")
seen
