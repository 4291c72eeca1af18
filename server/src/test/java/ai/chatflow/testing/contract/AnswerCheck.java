package ai.chatflow.testing.contract;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Stands in front of the server under test and holds every answer against the contract before it
/// leaves: whoever asked, SDK or raw HTTP, a test that saw an undeclared answer fails.
public final class AnswerCheck implements Filter {
  private static final List<String> ALWAYS = List.of("Request-Id", "RateLimit-Policy", "RateLimit");

  private final ContractDocument contract = ContractDocument.get();
  private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) in;
    var response = (HttpServletResponse) out;
    var operation = contract.match(request.getMethod(), request.getRequestURI());
    if (operation.isEmpty() || operation.get().streams()) {
      chain.doFilter(in, out);
      return;
    }
    var held = new HeldAnswer(response);
    try {
      chain.doFilter(in, held);
    } catch (IOException | ServletException | RuntimeException e) {
      violations.add(operation.get() + " threw " + e);
      throw e;
    }
    check(operation.get(), held);
    held.release();
  }

  private void check(ContractOperation operation, HeldAnswer answer) {
    var body = answer.body();
    var faults = contract.faults(operation, answer.getStatus(), answer.getContentType(), body);
    if (answer.getStatus() < 300) {
      answered.add(operation.id());
    }
    if (!faults.isEmpty()) {
      violations.add(
          "%s answered %d, which breaks the contract: %s%n%s"
              .formatted(
                  operation,
                  answer.getStatus(),
                  String.join("; ", faults),
                  new String(body, StandardCharsets.UTF_8)));
    }
    for (var header : ALWAYS) {
      if (answer.getHeader(header) == null) {
        violations.add(
            "%s answered %d without %s".formatted(operation, answer.getStatus(), header));
      }
    }
  }

  /// The operations that have answered 2xx since the server started.
  public Set<String> answered() {
    return Set.copyOf(answered);
  }

  /// What broke the contract since the last call.
  public List<String> takeViolations() {
    var taken = new ArrayList<String>();
    for (var next = violations.poll(); next != null; next = violations.poll()) {
      taken.add(next);
    }
    return taken;
  }
}
