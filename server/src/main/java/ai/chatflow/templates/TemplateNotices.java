package ai.chatflow.templates;

import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.TemplateCatalogue.Change;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What webhooks say about templates takes effect here, in the transaction that stores the webhook.
/// They come in no order, and twice: each is held against what is known.
public final class TemplateNotices {
  private final Accounts accounts;
  private final SyncSchedule schedule;
  private final TemplateEvents events;
  private final InstantSource clock;
  private final TemplateStore templates = new TemplateStore();

  TemplateNotices(
      Accounts accounts, SyncSchedule schedule, TemplateEvents events, InstantSource clock) {
    this.accounts = accounts;
    this.schedule = schedule;
    this.events = events;
    this.clock = clock;
  }

  /// A notice and the channel that it came by.
  ///
  /// @param provider the provider's name, as in events
  public record Heard(ChannelId channel, String provider, NoticeIn notice) {}

  /// Notices about other things are no business of ours, and cost nothing.
  public void apply(WorkspaceTx tx, List<Heard> notices) {
    var byChannel = new LinkedHashMap<ChannelId, List<News>>();
    for (var heard : notices) {
      accounts
          .read(heard.provider(), heard.notice())
          .ifPresent(
              news -> byChannel.computeIfAbsent(heard.channel(), _ -> new ArrayList<>()).add(news));
    }
    if (byChannel.isEmpty()) {
      return;
    }
    var byAccount = new LinkedHashMap<Account, List<News>>();
    var known = accounts.ofChannels(tx, byChannel.keySet());
    byChannel.forEach(
        (channel, news) -> {
          var account = known.get(channel);
          if (account != null) {
            byAccount.computeIfAbsent(account, _ -> new ArrayList<>()).addAll(news);
          }
        });
    byAccount.forEach((account, news) -> apply(tx, account, news));
  }

  private void apply(WorkspaceTx tx, Account account, List<News> news) {
    var before = templates.lockHeard(tx, account, news);
    var after = new HashMap<Integer, Template>();
    boolean stale = false;
    var now = clock.instant();
    for (var one : news.stream().sorted(Comparator.comparing(News::at)).toList()) {
      int place = place(before, one);
      if (place >= 0) {
        after.merge(place, before.get(place).heard(one, now), (a, _) -> a.heard(one, now));
      }
      stale |= place < 0 || one.change() instanceof Change.Content;
    }
    var steps = steps(before, after);
    templates.save(tx, steps.stream().map(TemplateEvents.Step::after).toList());
    events.append(tx, steps);
    if (stale) {
      schedule.stale(tx, account);
    }
  }

  private static List<TemplateEvents.Step> steps(
      List<Template> before, Map<Integer, Template> after) {
    var steps = new ArrayList<TemplateEvents.Step>();
    for (int i = 0; i < before.size(); i++) {
      @Nullable Template changed = after.get(i);
      if (changed != null && !changed.equals(before.get(i))) {
        steps.add(new TemplateEvents.Step(before.get(i), changed));
      }
    }
    return steps;
  }

  /// By the provider's id, which tells a template from a later one of the same name; by name and
  /// language only while the id is not known.
  private static int place(List<Template> templates, News news) {
    for (int i = 0; i < templates.size(); i++) {
      var shown = templates.get(i).shown();
      var id = shown.providerTemplateId();
      boolean named = shown.name().equals(news.name()) && shown.language().equals(news.language());
      if (id != null && news.providerId() != null ? id.equals(news.providerId()) : named) {
        return i;
      }
    }
    return -1;
  }
}
