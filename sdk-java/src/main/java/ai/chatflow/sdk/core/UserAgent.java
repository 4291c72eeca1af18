package ai.chatflow.sdk.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/// `chatflow-java/<version> (java <version>; <system>)`.
public final class UserAgent {
  private UserAgent() {}

  public static String text() {
    return "chatflow-java/"
        + version()
        + " (java "
        + System.getProperty("java.version")
        + "; "
        + System.getProperty("os.name")
        + ")";
  }

  private static String version() {
    Properties properties = new Properties();
    String name = "/ai/chatflow/sdk/sdk.properties";
    try (InputStream file = UserAgent.class.getResourceAsStream(name)) {
      properties.load(Objects.requireNonNull(file, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
