package ai.chatflow.app.config;

import ai.chatflow.platform.config.Secret;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import jakarta.validation.Valid;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// All settings of a server. Each key, its default and its environment variable are described in
/// `chatflow.yml`.
public final class ChatFlowConfiguration extends Configuration {
  private final String dataDir;
  private final String publicUrl;
  private final Secret masterKey;
  private final LogFormat logFormat;
  @Valid private final DatabaseConfig database;
  @Valid private final RedisConfig redis;
  @Valid private final WhatsAppCloudConfig whatsAppCloud;

  // Not in the constructor, which has as many parameters as one may have.
  @Valid
  @JsonProperty("rateLimit")
  private RateLimitConfig rateLimit = new RateLimitConfig(200, 1_000);

  @Valid
  @JsonProperty("egress")
  private EgressConfig egress = new EgressConfig("");

  @Valid
  @JsonProperty("media")
  private MediaConfig media = new MediaConfig("", 100);

  @Valid
  @JsonProperty("mail")
  private MailConfig mail = new MailConfig(new Secret(""), "chatflow@localhost");

  @Valid
  @JsonProperty("telegram")
  private TelegramConfig telegram = new TelegramConfig(URI.create("https://api.telegram.org"));

  @Valid
  @JsonProperty("twilio")
  private TwilioConfig twilio = new TwilioConfig(URI.create("https://api.twilio.com"));

  @JsonCreator
  public ChatFlowConfiguration(
      @JsonProperty("dataDir") String dataDir,
      @JsonProperty("publicUrl") String publicUrl,
      @JsonProperty("masterKey") Secret masterKey,
      @JsonProperty("logFormat") LogFormat logFormat,
      @JsonProperty("database") DatabaseConfig database,
      @JsonProperty("redis") RedisConfig redis,
      @JsonProperty("whatsAppCloud") WhatsAppCloudConfig whatsAppCloud) {
    this.dataDir = dataDir;
    this.publicUrl = publicUrl;
    this.masterKey = masterKey;
    this.logFormat = logFormat;
    this.database = Objects.requireNonNull(database, "database");
    this.redis = Objects.requireNonNull(redis, "redis");
    this.whatsAppCloud = Objects.requireNonNull(whatsAppCloud, "whatsAppCloud");
    if (!publicUrl.isEmpty()) {
      WebAddress.require("CHATFLOW_PUBLIC_URL", URI.create(publicUrl));
    }
  }

  /// The data folder; empty when none was named and nothing is embedded.
  public Optional<Path> dataFolder() {
    if (!dataDir.isEmpty()) {
      return Optional.of(Path.of(dataDir));
    }
    var embedded = database.url().isEmpty() || redis.url().isEmpty();
    return embedded ? Optional.of(Path.of(".chatflow")) : Optional.empty();
  }

  /// The address under which the world reaches this server, without a slash at its end.
  public URI publicUrl() {
    return publicUrl.isEmpty()
        ? URI.create("http://localhost:" + port())
        : URI.create(publicUrl.replaceAll("/+$", ""));
  }

  /// The sealing key as it was set; empty when the one of the data folder counts.
  public Secret masterKey() {
    return masterKey;
  }

  public LogFormat logFormat() {
    return logFormat;
  }

  public DatabaseConfig database() {
    return database;
  }

  public RedisConfig redis() {
    return redis;
  }

  public WhatsAppCloudConfig whatsAppCloud() {
    return whatsAppCloud;
  }

  public TelegramConfig telegram() {
    return telegram;
  }

  public TwilioConfig twilio() {
    return twilio;
  }

  public EgressConfig egress() {
    return egress;
  }

  public MailConfig mail() {
    return mail;
  }

  public MediaConfig media() {
    return media;
  }

  /// Where uploaded files are kept.
  public Path mediaFolder() {
    return media.folder().isEmpty()
        ? dataFolder().orElse(Path.of(".chatflow")).resolve("media")
        : Path.of(media.folder());
  }

  public RateLimitConfig rateLimit() {
    return rateLimit;
  }

  /// The port of the API.
  public int port() {
    return connector(server().getApplicationConnectors()).getPort();
  }

  /// The address that the API listens on.
  public String bind() {
    return host(connector(server().getApplicationConnectors()));
  }

  /// The port of health, readiness and metrics.
  public int adminPort() {
    return connector(server().getAdminConnectors()).getPort();
  }

  /// The address that health, readiness and metrics listen on.
  public String adminBind() {
    return host(connector(server().getAdminConnectors()));
  }

  private DefaultServerFactory server() {
    if (getServerFactory() instanceof DefaultServerFactory server) {
      return server;
    }
    throw new StartFailure(
        "server.type must be 'default': ChatFlow keeps its admin port apart from its API.");
  }

  private static HttpConnectorFactory connector(List<ConnectorFactory> connectors) {
    if (!connectors.isEmpty() && connectors.getFirst() instanceof HttpConnectorFactory connector) {
      return connector;
    }
    throw new StartFailure(
        "The first of server.applicationConnectors and of server.adminConnectors must be of type"
            + " http or https.");
  }

  private static String host(HttpConnectorFactory connector) {
    var host = connector.getBindHost();
    return host == null ? "0.0.0.0" : host;
  }
}
