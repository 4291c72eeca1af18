/// Organizations, workspaces, API keys and the catalogue of permissions.
///
/// Tables: `organization`, `workspace`, `api_key`, `revocation_epoch`.
@NullMarked
package ai.chatflow.tenancy;

import org.jspecify.annotations.NullMarked;
