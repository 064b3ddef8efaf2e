-- There is at most one relation of each type from one idea to another. A relation that
-- the service found has a score.
ALTER TABLE idea_relations ADD COLUMN score REAL;
CREATE UNIQUE INDEX idea_relations_unique ON idea_relations (source_idea_id, target_idea_id, relation_type);

-- A pair of possible duplicates. idea_id is the newer idea, which a merge absorbs into
-- the other.
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

-- The user has a key for this AI provider. The key itself is not stored.
CREATE TABLE provider_keys (
  user_id  TEXT NOT NULL REFERENCES users (id),
  provider TEXT NOT NULL CHECK (provider IN ('anthropic', 'openai', 'openrouter')),
  PRIMARY KEY (user_id, provider)
) STRICT, WITHOUT ROWID;

-- Ids of ideas start at 698, as on a service with other users, so that a program that
-- confuses numbers and ids fails at the first idea.
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'ideas', 697 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ideas');
