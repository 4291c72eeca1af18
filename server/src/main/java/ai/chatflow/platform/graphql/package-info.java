/// GraphQL: features answer the fields of the SDL, in one place each; here are the parts that they
/// share. Permissions stand in the SDL (`@requires`) and are enforced for every field by type.
@NullMarked
package ai.chatflow.platform.graphql;

import org.jspecify.annotations.NullMarked;
