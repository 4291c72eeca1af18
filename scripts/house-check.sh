#!/usr/bin/env bash
# Adds a dummy node type, a dummy channel and a dummy operation to a copy of the tree, as an engineer
# would, compiles, runs the tests that would miss a forgotten place, and prints the files touched.
#
# Arguments: which of node_type, channel and resource; all without one.
# MVN is the command that builds (default: mvn).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
mvn=${MVN:-mvn}
copy=$(mktemp -d "${TMPDIR:-/tmp}/house.XXXXXX")
trap 'rm -rf "$copy"' EXIT
main=server/src/main/java/ai/chatflow
contract=api-spec/openapi

(cd "$root" && tar --exclude=./.git --exclude=./.chatflow --exclude="./server/target/test-postgres" \
  --exclude="./server/target/test-redis-*" -cf - .) | tar -xf - -C "$copy"
cd "$copy"
git init -q . && git add -A && git -c user.name=house -c user.email=house@localhost commit -qm before

# edit FILE PERL-SUBSTITUTION: an edit that must apply
edit() {
  cp "$1" "$copy/.git/original"
  perl -0pi -e "$2" "$1"
  if cmp -s "$1" "$copy/.git/original"; then
    echo "the edit does not apply to $1 any more: $2" >&2
    exit 2
  fi
}

touched() {
  echo
  echo "$1"
  git add -A
  git diff --cached --numstat HEAD | while read -r plus minus file; do
    if git cat-file -e "HEAD:$file" 2>/dev/null; then
      case $file in
        $contract/*) echo "  contract  $file" ;;
        *) echo "  touched   $file (+$plus -$minus)" ;;
      esac
    else
      echo "  new       $file"
    fi
  done
}

tests() {
  if ! $mvn -q -pl server -am test -Dquick "-Dtest=$1" \
    -Dsurefire.failIfNoSpecifiedTests=false >"$copy/.git/log" 2>&1; then
    tail -n 40 "$copy/.git/log" >&2
    exit 1
  fi
  echo "  green     ${1//,/ }"
  git -c user.name=house -c user.email=house@localhost commit -qm step
}

node_type() {
  local step=$main/flows/nodes case=server/src/test/resources/testdata/flows
  edit $contract/schemas/flows.yaml 's/(  - \{\$ref: .#\/EndNode.\}\n)/$1  - {\$ref: "#\/WaveNode"}\n/'
  edit $contract/schemas/flows.yaml 's/(      end: .#\/EndNode.\n)/$1      wave: "#\/WaveNode"\n/'
  edit $contract/schemas/flows.yaml \
    's/(EndNode:\n.*?\n\n)/my $n = $1; my $w = $n; $w =~ s{EndNode}{WaveNode}; $w =~ s{\[end\]}{[wave]}; "$n$w"/se'
  sed 's/EndNode/WaveNode/g; s/EndStep/WaveStep/g' $step/EndStep.java >$step/WaveStep.java
  mkdir $case/wave
  sed 's/"type": "end"/"type": "wave"/' "$(ls $case/end/*.json | head -n 1)" >$case/wave/waves.json
  edit $step/NodeSteps.java 's/(      case EndNode end.*\n)/$1      case ai.chatflow.api.model.WaveNode wave -> new WaveStep(wave);\n/'
  touched "A node type (wave):"
  tests 'FlowCasesTest,FlowInspectorTest,SourceSizeTest,ArchitectureTest'
}

channel() {
  local yaml=$contract/schemas/channels.yaml plug=$main/channels/pigeon
  edit $yaml 's/enum: \[sandbox, whatsapp_cloud, (.*?)\]/enum: [sandbox, whatsapp_cloud, $1, pigeon]/'
  for kind in Config ConfigInput; do
    edit $yaml "s/(  - \\{\\\$ref: .#\\/WhatsAppCloud$kind.\\}\\n)/\$1  - {\\\$ref: '#\\/Pigeon$kind'}\\n/"
    edit $yaml "s/(      telegram: .#\\/Telegram$kind.\\n)/\$1      pigeon: '#\\/Pigeon$kind'\\n/"
    cat >>$yaml <<YAML

Pigeon$kind:
  description: A bird.
  type: object
  required: [type, loft]
  additionalProperties: false
  properties:
    type:
      type: string
      enum: [pigeon]
    loft:
      type: string
      maxLength: 100
      description: Where it lives.
YAML
  done
  mkdir $plug
  cat >$plug/package-info.java <<'JAVA'
/// Pigeons.
@NullMarked
package ai.chatflow.channels.pigeon;

import org.jspecify.annotations.NullMarked;
JAVA
  cat >$plug/PigeonSetup.java <<'JAVA'
package ai.chatflow.channels.pigeon;

import ai.chatflow.api.model.PigeonConfig;
import ai.chatflow.api.model.PigeonConfigInput;
import ai.chatflow.channels.ChannelSetup;

/// Settings of a pigeon.
final class PigeonSetup implements ChannelSetup<PigeonConfigInput> {
  @Override
  public Class<PigeonConfigInput> given() {
    return PigeonConfigInput.class;
  }

  @Override
  public Settings settle(PigeonConfigInput given, Known known) {
    return new Settings(
        new PigeonConfig(null, given.loft()), given.loft(), null, null, null);
  }
}
JAVA
  cat >$plug/PigeonAdapter.java <<'JAVA'
package ai.chatflow.channels.pigeon;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.content.Capabilities;
import java.time.Duration;
import java.util.List;

/// Sends by pigeon.
public final class PigeonAdapter implements ChannelAdapter {
  @Override
  public ChannelType type() {
    return ChannelType.PIGEON;
  }

  @Override
  public ChannelSetup<?> setup() {
    return new PigeonSetup();
  }

  @Override
  public Capabilities capabilities(ChannelConfig config) {
    return Capabilities.whatsApp();
  }

  @Override
  public List<ContactIdentityKind> addresses() {
    return List.of(ContactIdentityKind.PHONE);
  }

  @Override
  public Duration callTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    return new SendOutcome.Unknown("it flew");
  }

  @Override
  public List<ChannelCheck> examine(Channel channel) {
    return List.of();
  }
}
JAVA
  edit $main/app/Features.java \
    's/(    return List\.of\(\n)(        new WhatsAppCloudAdapter)/$1        new ai.chatflow.channels.pigeon.PigeonAdapter(),\n$2/'
  touched "A channel (pigeon):"
  tests 'EveryOperationIT,SourceSizeTest,ArchitectureTest'
}

resource() {
  cat >$contract/paths/greetings.yaml <<'YAML'
collection:
  get:
    tags: [Greetings]
    operationId: getGreeting
    summary: Get a greeting
    description: Says hello.
    x-required-permission: flows:read
    responses:
      '200':
        description: OK
        headers:
          Request-Id: {$ref: ../headers.yaml#/RequestId}
          RateLimit: {$ref: ../headers.yaml#/RateLimit}
          RateLimit-Policy: {$ref: ../headers.yaml#/RateLimitPolicy}
        content:
          application/json:
            schema: {$ref: ../schemas/greetings.yaml#/Greeting}
            examples:
              default:
                summary: default
                value: {text: Hello}
      '400': {$ref: ../responses.yaml#/BadRequest}
      '401': {$ref: ../responses.yaml#/Unauthorized}
      '403': {$ref: ../responses.yaml#/Forbidden}
      '406': {$ref: ../responses.yaml#/NotAcceptable}
      '429': {$ref: ../responses.yaml#/TooManyRequests}
      default: {$ref: ../responses.yaml#/Unexpected}
YAML
  grep -q '^Unexpected:' $contract/responses.yaml || sed -i '/Unexpected/d' $contract/paths/greetings.yaml
  cat >$contract/schemas/greetings.yaml <<'YAML'
Greeting:
  description: A greeting.
  type: object
  required: [text]
  properties:
    text:
      type: string
      description: What is said.
YAML
  edit $contract/openapi.yaml 's/(  \/v1\/flows: )/  \/v1\/greetings: {\$ref: paths\/greetings.yaml#\/collection}\n$1/'
  edit $contract/openapi.yaml 's/(- \{name: Flows,)/- {name: Greetings, description: Greetings.}\n$1/'
  cat >$main/flows/GreetingResource.java <<'JAVA'
package ai.chatflow.flows;

import ai.chatflow.api.GreetingsApi;
import ai.chatflow.api.model.Greeting;

/// `/v1/greetings`.
public final class GreetingResource implements GreetingsApi {
  @Override
  public Greeting getGreeting() {
    return new Greeting("Hello");
  }
}
JAVA
  edit $main/flows/FlowsModule.java 's/(this\.resources =\s+List\.of\()/$1\n            new GreetingResource(),/'
  touched "A resource (greetings):"
  tests 'EveryOperationIT,SourceSizeTest,ArchitectureTest'
}

if (($# == 0)); then
  set -- node_type channel resource
fi
for kind; do
  "$kind"
done
