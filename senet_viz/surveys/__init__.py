"""Statistics of every gate over a whole data set: streamed, mergeable, resumable.

``api`` starts a survey and reads it back; ``result`` holds the records. Pictures are listed once,
cut into fixed shards, and surveyed shard by shard on this machine or on a Ray cluster; the moments
of the shards are merged in their order, so that no interruption and no number of workers shows in
the result.
"""
