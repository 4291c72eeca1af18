package ai.chatflow.tenancy;

import ai.chatflow.platform.ids.OrganizationId;
import java.time.Instant;

/// Who pays; owns workspaces.
public record Organization(OrganizationId id, String name, Instant createdAt, Instant updatedAt) {}
