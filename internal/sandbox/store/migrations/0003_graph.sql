-- Between two ideas there is one relation of a type. The score is that of a
-- relation that was found rather than made.
ALTER TABLE idea_relations ADD COLUMN score REAL;
CREATE UNIQUE INDEX idea_relations_unique ON idea_relations (source_idea_id, target_idea_id, relation_type);

-- Two ideas that look like one. The idea is the newer one, and is absorbed by
-- the other when they are merged.
CREATE TABLE duplicate_detections (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  idea_id          INTEGER NOT NULL REFERENCES ideas (id),
  duplicate_of_id  INTEGER NOT NULL REFERENCES ideas (id),
  similarity_score REAL NOT NULL,
  status           TEXT NOT NULL CHECK (status IN ('pending', 'dismissed', 'merged')),
  created_at       TEXT NOT NULL
) STRICT;
CREATE INDEX duplicate_detections_idea ON duplicate_detections (idea_id);
CREATE INDEX ideas_title ON ideas (user_id, title COLLATE NOCASE) WHERE is_archived = 0;

-- Of a key for an AI provider nothing is kept but that there is one.
CREATE TABLE provider_keys (
  user_id  TEXT NOT NULL REFERENCES users (id),
  provider TEXT NOT NULL CHECK (provider IN ('anthropic', 'openai', 'openrouter')),
  PRIMARY KEY (user_id, provider)
) STRICT, WITHOUT ROWID;

-- The ids of ideas are those of a service with other users before, so that who
-- takes a number for an id is wrong from the first idea on.
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'ideas', 697 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ideas');
