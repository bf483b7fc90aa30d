#!/bin/sh
# Runs once, when the database of compose.yaml is new: a plain role, which row-level security binds, and its database.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$DIALOGWERK_DATABASE_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE dialogwerk LOGIN PASSWORD :'password' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE dialogwerk OWNER dialogwerk ENCODING 'UTF8' TEMPLATE template0;
SQL
