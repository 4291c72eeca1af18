/// The way to PostgreSQL: two pools (one role bound by row-level security, one that sees all
/// tenants), transactions that know their workspace, the migrations and the roles.
///
/// Owns no tables; `db/changes` holds the migrations of all features.
@NullMarked
package ai.chatflow.platform.db;

import org.jspecify.annotations.NullMarked;
