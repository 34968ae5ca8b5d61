-- Whose property it is; 1 is the organisation that operates the installation.
ALTER TABLE property ADD COLUMN organisation BIGINT NOT NULL DEFAULT 1;
