package ai.chatflow.tenancy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What an operation can require. A test holds the names to those of the contract.
public enum Permission {
  WORKSPACES_READ("workspaces:read", "See workspaces."),
  WORKSPACES_WRITE("workspaces:write", "Change workspaces."),
  API_KEYS_READ("api_keys:read", "See API keys, without their secrets."),
  API_KEYS_WRITE("api_keys:write", "Create and revoke API keys."),
  CHANNELS_READ("channels:read", "See channels and their health."),
  CHANNELS_WRITE("channels:write", "Create, change and delete channels; play the sandbox handset."),
  CONTACTS_READ("contacts:read", "See contacts."),
  CONTACTS_WRITE("contacts:write", "Create, change and delete contacts."),
  CONVERSATIONS_READ("conversations:read", "See conversations."),
  MESSAGES_READ("messages:read", "See messages."),
  MESSAGES_WRITE("messages:write", "Send, cancel and resend messages; mark them as read."),
  TEMPLATES_READ("templates:read", "See message templates."),
  TEMPLATES_WRITE("templates:write", "Create, change, delete and sync message templates."),
  MEDIA_READ("media:read", "See media and get links to their content."),
  MEDIA_WRITE("media:write", "Upload and delete media."),
  FLOWS_READ("flows:read", "See, inspect and simulate flows and their sessions."),
  FLOWS_WRITE("flows:write", "Create, change, publish and delete flows."),
  EVENTS_READ("events:read", "Read the event log."),
  WEBHOOKS_READ("webhooks:read", "See webhook endpoints, without their secrets, and attempts."),
  WEBHOOKS_WRITE("webhooks:write", "Create, change, test and delete webhook endpoints."),
  OPERATIONS_READ("operations:read", "See operations, their progress and their results."),
  OPERATIONS_WRITE("operations:write", "Cancel operations.");

  /// Stands for every permission, those to come too.
  public static final String ALL = "*";

  private final String wire;
  private final String description;

  Permission(String wire, String description) {
    this.wire = wire;
    this.description = description;
  }

  public String wire() {
    return wire;
  }

  public String description() {
    return description;
  }

  static Set<String> names() {
    return Arrays.stream(values()).map(Permission::wire).collect(Collectors.toUnmodifiableSet());
  }

  /// The scopes of a key, spelled out.
  static Set<String> expand(Collection<String> scopes) {
    return scopes.contains(ALL) ? new TreeSet<>(names()) : new TreeSet<>(scopes);
  }
}
