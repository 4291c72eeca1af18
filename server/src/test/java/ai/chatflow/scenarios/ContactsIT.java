package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.model.Contact;
import ai.chatflow.sdk.model.ContactIdentity;
import ai.chatflow.sdk.model.ContactIdentityKind;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.UpdateContactRequest;
import ai.chatflow.testing.TestWorkspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ContactsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  @Test
  void aContactIsCreatedReadChangedFoundAndDeleted() {
    var contacts = WORKSPACE.client().contacts();
    var created =
        contacts.create(
            CreateContactRequest.builder()
                .externalId("crud")
                .name("Sheena Nelson")
                .phone("+16505551000")
                .email("sheena@example.com")
                .language("en")
                .tags(List.of("vip"))
                .attributes(Map.of("plan", "pro", "seats", 3))
                .metadata(Map.of("source", "import"))
                .build());

    assertThat(contacts.get(created.id())).isEqualTo(created);
    assertThat(created.identities())
        .extracting(ContactIdentity::kind, ContactIdentity::value)
        .contains(org.assertj.core.groups.Tuple.tuple(ContactIdentityKind.PHONE, "+16505551000"));
    assertThat(contacts.list(p -> p.externalId("crud")).data()).containsExactly(created);
    assertThat(contacts.list(p -> p.phone("+16505551000")).data()).containsExactly(created);
    assertThat(contacts.list(p -> p.tag("vip")).data()).contains(created);

    contacts.delete(created.id());

    refusal(404, ProblemCode.NOT_FOUND, () -> contacts.get(created.id()));
    assertThat(contacts.list(p -> p.externalId("crud")).data()).isEmpty();
  }

  @Test
  void aMergePatchTellsAbsentFromNull() {
    var contacts = WORKSPACE.client().contacts();
    var before =
        contacts.create(
            CreateContactRequest.builder()
                .name("Merge")
                .email("merge@example.com")
                .language("de")
                .attributes(Map.of("plan", "pro", "city", "Paris"))
                .metadata(Map.of("a", "1", "b", "2"))
                .build());
    var attributes = new HashMap<String, Object>();
    attributes.put("plan", null);
    attributes.put("seats", 4);
    var metadata = new HashMap<String, String>();
    metadata.put("a", null);
    metadata.put("c", "3");

    var after =
        contacts.update(
            before.id(),
            UpdateContactRequest.builder()
                .email(null)
                .attributes(attributes)
                .metadata(metadata)
                .build());

    assertThat(after.name()).contains("Merge");
    assertThat(after.language()).contains("de");
    assertThat(after.email()).isEmpty();
    assertThat(after.attributes()).isEqualTo(Map.of("city", "Paris", "seats", 4));
    assertThat(after.metadata()).isEqualTo(Map.of("b", "2", "c", "3"));
    assertThat(contacts.get(before.id())).isEqualTo(after);
  }

  @Test
  void whoChangesWhatHasChangedSinceIsToldSo() {
    var contacts = WORKSPACE.client().contacts();
    var id = contacts.create(CreateContactRequest.builder().name("Tagged").build()).id();
    var first = contacts.withRawResponse().get(id).etag().orElseThrow();

    contacts.update(id, name("Second"), RequestOptions.ifMatch(first));

    refusal(
        412,
        ProblemCode.PRECONDITION_FAILED,
        () -> contacts.update(id, name("Third"), RequestOptions.ifMatch(first)));
    refusal(
        412,
        ProblemCode.PRECONDITION_FAILED,
        () -> contacts.delete(id, RequestOptions.ifMatch(first)));
    assertThat(contacts.get(id).name()).contains("Second");
    var latest = contacts.withRawResponse().get(id).etag().orElseThrow();
    contacts.delete(id, RequestOptions.ifMatch(latest));
    refusal(404, ProblemCode.NOT_FOUND, () -> contacts.get(id));
  }

  @Test
  void anExternalIdAndAPhoneBelongToOneContactOnly() {
    var contacts = WORKSPACE.client().contacts();
    var owner =
        contacts.create(
            CreateContactRequest.builder().externalId("mine").phone("+16505552000").build());
    var other = contacts.create(CreateContactRequest.builder().name("Other").build());

    refusal(
        409,
        ProblemCode.EXTERNAL_ID_TAKEN,
        () -> contacts.create(CreateContactRequest.builder().externalId("mine").build()));
    refusal(
        409,
        ProblemCode.IDENTITY_TAKEN,
        () -> contacts.create(CreateContactRequest.builder().phone("+16505552000").build()));
    refusal(
        409,
        ProblemCode.EXTERNAL_ID_TAKEN,
        () ->
            contacts.update(other.id(), UpdateContactRequest.builder().externalId("mine").build()));
    refusal(
        409,
        ProblemCode.IDENTITY_TAKEN,
        () ->
            contacts.update(
                other.id(), UpdateContactRequest.builder().phone("+16505552000").build()));

    contacts.delete(owner.id());
    assertThat(contacts.create(CreateContactRequest.builder().externalId("mine").build()).id())
        .isNotEqualTo(owner.id());
    WORKSPACE
        .testClient()
        .contacts()
        .create(CreateContactRequest.builder().externalId("mine").build());
  }

  @Test
  void everyFaultOfABodyIsReportedAtOnce() {
    var body = CreateContactRequest.builder().phone("0650").email("nobody").name("").build();

    var refusal =
        refusal(
            422, ProblemCode.VALIDATION_FAILED, () -> WORKSPACE.client().contacts().create(body));

    assertThat(pointers(refusal)).containsExactlyInAnyOrder("/phone", "/email", "/name");
  }

  @Test
  void aNullCharacterIsRefusedWithItsPlace() {
    var body =
        CreateContactRequest.builder()
            .name("a\u0000b")
            .attributes(Map.of("note", "x\u0000"))
            .build();

    var refusal =
        refusal(
            422, ProblemCode.VALIDATION_FAILED, () -> WORKSPACE.client().contacts().create(body));

    assertThat(pointers(refusal)).containsExactlyInAnyOrder("/name", "/attributes/note");
  }

  @Test
  void numbersAndTextsOfAttributesComeBackAsTheyWere() {
    var attributes =
        Map.<String, Object>of(
            "large",
            9_007_199_254_740_993L,
            "exact",
            new java.math.BigDecimal("0.1000000000000000055"),
            "text",
            "Ünïcödé 👩‍🚀 \"quoted\" \\ / \u2028",
            "yes",
            true);

    var created =
        WORKSPACE
            .client()
            .contacts()
            .create(CreateContactRequest.builder().name("Odd").attributes(attributes).build());

    assertThat(created.attributes())
        .containsEntry("large", 9_007_199_254_740_993L)
        .containsEntry("text", attributes.get("text"))
        .containsEntry("yes", true);
    assertThat(new java.math.BigDecimal(String.valueOf(created.attributes().get("exact"))))
        .isEqualByComparingTo((java.math.BigDecimal) attributes.get("exact"));
  }

  @Test
  void aLongListIsReadPageByPageNewestFirstWithoutGapOrRepetition() {
    var other = WORKSPACE.another("Many contacts");
    var contacts = WORKSPACE.client(other.liveKey()).build().contacts();
    var expected = new ArrayList<String>();
    for (int i = 0; i < 105; i++) {
      expected.addFirst(
          contacts.create(CreateContactRequest.builder().name("Contact " + i).build()).id());
    }

    var all = contacts.list(p -> p.limit(100)).stream().map(Contact::id).toList();
    var small = contacts.list(p -> p.limit(7)).stream().map(Contact::id).toList();
    var first = contacts.list();

    assertThat(all).isEqualTo(expected);
    assertThat(small).isEqualTo(expected);
    assertThat(first.data()).hasSize(20);
    assertThat(first.hasMore()).isTrue();
    assertThat(contacts.list(p -> p.limit(100)).nextPage().hasMore()).isFalse();
  }

  @Test
  void aCursorBelongsToItsWorkspaceAndItsFilter() {
    var contacts = WORKSPACE.client().contacts();
    contacts.create(CreateContactRequest.builder().name("One").build());
    contacts.create(CreateContactRequest.builder().name("Two").build());
    var cursor = contacts.list(p -> p.limit(1)).nextCursor().orElseThrow();

    refusal(
        400,
        ProblemCode.CURSOR_MISMATCH,
        () -> contacts.list(p -> p.limit(1).cursor(cursor).tag("vip")));
    refusal(
        400,
        ProblemCode.CURSOR_MISMATCH,
        () -> WORKSPACE.testClient().contacts().list(p -> p.cursor(cursor)));
    var flipped = (cursor.charAt(3) == 'A' ? 'B' : 'A') + cursor.substring(4);
    refusal(
        400,
        ProblemCode.CURSOR_MISMATCH,
        () -> contacts.list(p -> p.cursor(cursor.substring(0, 3) + flipped)));
  }

  private static UpdateContactRequest name(String name) {
    return UpdateContactRequest.builder().name(name).build();
  }
}
