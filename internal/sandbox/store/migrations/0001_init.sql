-- Times are ISO 8601 text in UTC. Ids are never used again (AUTOINCREMENT), not even
-- those of revoked keys and archived ideas.

CREATE TABLE users (
  id            TEXT PRIMARY KEY,
  email         TEXT NOT NULL UNIQUE,
  display_name  TEXT NOT NULL,
  avatar_url    TEXT,
  plan          TEXT NOT NULL CHECK (plan IN ('free', 'pro')),
  settings_json TEXT NOT NULL DEFAULT '{}',
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL
) STRICT;

-- Only the SHA-256 hash and the last four characters of a key are stored.
CREATE TABLE api_keys (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id      TEXT NOT NULL REFERENCES users (id),
  label        TEXT NOT NULL,
  key_hash     BLOB NOT NULL UNIQUE,
  last4        TEXT NOT NULL,
  scopes       TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  last_used_at TEXT
) STRICT;

CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE ideas (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id     TEXT NOT NULL REFERENCES users (id),
  number      INTEGER NOT NULL,
  title       TEXT NOT NULL,
  body        TEXT NOT NULL,
  status      TEXT NOT NULL,
  source      TEXT NOT NULL,
  source_url  TEXT,
  is_archived INTEGER NOT NULL DEFAULT 0,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  UNIQUE (user_id, number)
) STRICT;
CREATE INDEX ideas_list ON ideas (user_id, is_archived, id);

CREATE TABLE tags (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id    TEXT NOT NULL REFERENCES users (id),
  name       TEXT NOT NULL,
  color      TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (user_id, name)
) STRICT;

CREATE TABLE idea_tags (
  idea_id  INTEGER NOT NULL REFERENCES ideas (id),
  position INTEGER NOT NULL,
  tag_id   INTEGER NOT NULL REFERENCES tags (id),
  PRIMARY KEY (idea_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX idea_tags_tag ON idea_tags (tag_id, idea_id);

CREATE TABLE idea_links (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  idea_id    INTEGER NOT NULL REFERENCES ideas (id),
  url        TEXT NOT NULL,
  title      TEXT,
  link_type  TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX idea_links_idea ON idea_links (idea_id);

CREATE TABLE idea_relations (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  source_idea_id INTEGER NOT NULL REFERENCES ideas (id),
  target_idea_id INTEGER NOT NULL REFERENCES ideas (id),
  relation_type  TEXT NOT NULL,
  note           TEXT,
  created_at     TEXT NOT NULL
) STRICT;
CREATE INDEX idea_relations_source ON idea_relations (source_idea_id);
CREATE INDEX idea_relations_target ON idea_relations (target_idea_id);

-- The full-text index of ideas. Triggers update it with every write. An archived idea is
-- removed from the index.
CREATE VIRTUAL TABLE ideas_fts USING fts5 (title, body, content = 'ideas', content_rowid = 'id');

CREATE TRIGGER ideas_fts_insert AFTER INSERT ON ideas BEGIN
  INSERT INTO ideas_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER ideas_fts_update AFTER UPDATE OF title, body ON ideas BEGIN
  INSERT INTO ideas_fts (ideas_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  INSERT INTO ideas_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER ideas_fts_archive AFTER UPDATE OF is_archived ON ideas WHEN new.is_archived AND NOT old.is_archived BEGIN
  INSERT INTO ideas_fts (ideas_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
