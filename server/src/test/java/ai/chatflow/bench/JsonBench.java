package ai.chatflow.bench;

import ai.chatflow.api.model.Message;
import ai.chatflow.channels.whatsappcloud.WhatsAppWebhook;
import ai.chatflow.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// From and to JSON: a webhook with one message of a person, and a message as the API shows it.
@State(Scope.Benchmark)
public class JsonBench {
  private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
  private static final String WEBHOOK =
      """
      {"object":"whatsapp_business_account","entry":[{"id":"800100200300400","changes":[{"field":
      "messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":
      "15550100200","phone_number_id":"700100200300400"},"contacts":[{"profile":{"name":"Sheena"},
      "wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQ=",
      "timestamp":"1768469400","type":"text","text":{"body":"Hi, is it blue, and how much?"}}]}}]}]}
      """;
  private static final String SHOWN =
      """
      {"id":"msg_01kavk5e4sf2xr2bq6d8n1c7pm","object":"message",
      "channel_id":"chn_01kavk5e4sf2xr2bq6d8n1c7pm",
      "conversation_id":"cnv_01kavk5e4sf2xr2bq6d8n1c7pm",
      "contact_id":"con_01kavk5e4sf2xr2bq6d8n1c7pm","direction":"outbound","source":"api",
      "status":"delivered","priority":"conversation",
      "content":{"type":"text","text":"It is blue, and 20 % off until Friday."},
      "provider_message_id":"wamid.HBgLMTY1MDU1NTEyMzQ=","metadata":{"order":"4711"},
      "scheduled_at":null,"sent_at":"2026-11-23T09:00:00.123456Z",
      "delivered_at":"2026-11-23T09:00:01.123456Z","read_at":null,"failed_at":null,
      "edited_at":null,"deleted_at":null,"created_at":"2026-11-23T09:00:00Z",
      "updated_at":"2026-11-23T09:00:01.123456Z"}
      """;

  private final byte[] webhook = WEBHOOK.getBytes(StandardCharsets.UTF_8);
  private final Message message = Json.read(SHOWN, Message.class);

  /// The webhook as updates that every channel knows.
  @Benchmark
  public WhatsAppWebhook readWebhook() {
    return WhatsAppWebhook.parse(webhook, NOW);
  }

  @Benchmark
  public Message readMessage() {
    return Json.read(SHOWN, Message.class);
  }

  @Benchmark
  public String writeMessage() {
    return Json.write(message);
  }
}
