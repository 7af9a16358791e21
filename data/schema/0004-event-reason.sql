-- Why a device was refused: a stable word, which the pages have in their languages.
ALTER TABLE event ADD COLUMN reason {text} NOT NULL DEFAULT '';
