package ai.chatflow.app.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// Where uploaded files are kept, and how large they may be.
///
/// @param folder empty for one in the data folder
/// @param maxMegabytes the largest file in MiB
public record MediaConfig(String folder, @Min(1) @Max(2_000) int maxMegabytes) {}
