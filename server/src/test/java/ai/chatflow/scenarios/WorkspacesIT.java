package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.errors.NotFoundException;
import ai.chatflow.sdk.errors.PreconditionFailedException;
import ai.chatflow.sdk.errors.PreconditionRequiredException;
import ai.chatflow.sdk.model.Permission;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.UpdateWorkspaceRequest;
import ai.chatflow.sdk.model.Workspace;
import ai.chatflow.sdk.model.WorkspaceMode;
import ai.chatflow.testing.TestWorkspace;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WorkspacesIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  @Test
  void aKeyLearnsWhoItIsAndWhereItActs() {
    var live = WORKSPACE.client().me();
    var test = WORKSPACE.testClient().me();

    assertThat(live.workspace().id()).isEqualTo(WORKSPACE.credentials().workspace().toString());
    assertThat(live.workspace().mode()).isEqualTo(WorkspaceMode.LIVE);
    assertThat(live.workspace().testWorkspaceId()).contains(test.workspace().id());
    assertThat(test.workspace().mode()).isEqualTo(WorkspaceMode.TEST);
    assertThat(test.workspace().liveWorkspaceId()).contains(live.workspace().id());
    assertThat(live.organization()).isEqualTo(test.organization());
    assertThat(live.apiKey().scopes()).containsExactly("*");
  }

  @Test
  void aKeyForEverythingIsToldEachPermissionOfTheCatalogue() {
    var names =
        WORKSPACE.client().workspaces().listPermissions(p -> p.limit(1)).stream()
            .map(Permission::name)
            .toList();

    assertThat(names).contains("contacts:read", "messages:write").doesNotHaveDuplicates();
    assertThat(WORKSPACE.client().me().permissions()).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void theListHoldsTheWorkspaceOfTheKeyAndNoneOfOthers() {
    var other = WORKSPACE.another("Someone else's");

    var ids = WORKSPACE.client().workspaces().list().stream().map(Workspace::id).toList();

    assertThat(ids)
        .contains(WORKSPACE.credentials().workspace().toString())
        .doesNotContain(other.workspace().toString(), other.testWorkspace().toString());
  }

  @Test
  void aWorkspaceIsRenamedByWhoeverHasReadItsLatestState() {
    var workspaces = WORKSPACE.client().workspaces();
    var id = WORKSPACE.credentials().workspace().toString();
    var read = workspaces.withRawResponse().get(id);
    var rename =
        UpdateWorkspaceRequest.builder()
            .name("Lucky Shrub Europe")
            .metadata(Map.of("region", "eu"))
            .build();

    var changed =
        workspaces
            .withRawResponse()
            .update(id, rename, RequestOptions.ifMatch(read.etag().orElseThrow()));

    assertThat(changed.body().name()).isEqualTo("Lucky Shrub Europe");
    assertThat(changed.body().metadata()).containsEntry("region", "eu");
    assertThat(changed.etag()).isPresent().isNotEqualTo(read.etag());
    var stale =
        catchThrowableOfType(
            PreconditionFailedException.class,
            () -> workspaces.update(id, rename, RequestOptions.ifMatch(read.etag().orElseThrow())));
    assertThat(stale.code()).contains(ProblemCode.PRECONDITION_FAILED);
    var blind =
        catchThrowableOfType(
            PreconditionRequiredException.class, () -> workspaces.update(id, rename));
    assertThat(blind.code()).contains(ProblemCode.PRECONDITION_REQUIRED);
  }

  @Test
  void someoneElsesWorkspaceIsNotThere() {
    var other = WORKSPACE.another("Somebody").workspace().toString();

    var refusal =
        catchThrowableOfType(
            NotFoundException.class, () -> WORKSPACE.client().workspaces().get(other));

    assertThat(refusal.code()).contains(ProblemCode.NOT_FOUND);
  }
}
