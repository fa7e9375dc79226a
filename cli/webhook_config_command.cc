#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/policy_options.h"
#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/yaml.h"
#include "engine/outcome.h"
#include "webhook/webhook_config.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "webhook-config",
    "prints the ValidatingWebhookConfiguration that sends the API server's writes\n"
    "to the gate: every kind and operation that the loaded policies judge, in every version. With\n"
    "--check, says instead what a registered one leaves out.",
    "(--url URL | --service NAMESPACE/NAME[:PORT]) --ca FILE [OPTION...]\n"
    "       portreeve webhook-config --check FILE [OPTION...]",
    "  portreeve webhook-config --service portreeve-system/portreeve --ca ca.crt | kubectl apply -f -\n"
    "  portreeve webhook-config --url https://127.0.0.1:9443/validate --ca ca.crt\n"
    "  kubectl get validatingwebhookconfiguration portreeve -o yaml > registered.yaml\n"
    "  portreeve webhook-config --check registered.yaml\n",
    "  0  printed; with --check: everything is sent\n"
    "  1  --check: a policy's objects are not sent, or may be let in without being asked about\n"
    "  2  usage or misconfiguration: arguments, Config, policy, CA, a file that is no configuration\n"
    "  3  --check: the file cannot be read\n"
    "  4  internal error\n",
};

struct Options {
  webhook::WebhookConfigOptions webhook;
  PolicyOptions policies;
  std::string service;
  std::string ca_file;
  std::string check_file;
  std::vector<std::string> plurals;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--url", options.webhook.url,
                 "Address of a gate outside the cluster: https://HOST[:PORT]/validate.")
      ->type_name("URL");
  app.add_option("--service", options.service,
                 "Service of a gate inside the cluster. Default port: 443.")
      ->type_name("NAMESPACE/NAME[:PORT]");
  app.add_option("--ca", options.ca_file,
                 "PEM certificates that signed the gate's serving certificate; become the caBundle. "
                 "Several are allowed, as rotation needs.")
      ->type_name("FILE");
  add_policy_options(app, options.policies);
  app.add_option("--check", options.check_file,
                 "Print nothing but what this registered configuration (YAML or JSON) does not "
                 "send, and the policies that suffer.")
      ->type_name("FILE");
  app.add_option("--plural", options.plurals,
                 "Resource of a kind whose CRD does not use the English plural; may be repeated.")
      ->type_name("KIND=RESOURCE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--name", options.webhook.name,
                 "metadata.name of the configuration. Default: portreeve.")
      ->type_name("NAME");
  app.add_option("--timeout", options.webhook.timeout_seconds,
                 "How long the API server waits for an answer: 1 to 30. Default: 5.")
      ->type_name("SECONDS");
  app.add_flag("--unsafe-ignore", options.webhook.unsafe_ignore,
               "failurePolicy Ignore, for a trial week: while the gate is out of reach, everything "
               "is let in. With --check: what is registered may be that.");
}

// "NAMESPACE/NAME[:PORT]"
Outcome read_service(const std::string& text, webhook::WebhookConfigOptions& options) {
  const Error wrong{Errc::misconfigured,
                    "--service: expected NAMESPACE/NAME[:PORT], found \"" + text + "\""};
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return wrong;
  options.service_namespace = text.substr(0, slash);
  options.service_name = text.substr(slash + 1);
  const std::size_t colon = options.service_name.find(':');
  if (colon == std::string::npos) return Done{};
  const std::string port = options.service_name.substr(colon + 1);
  options.service_name.resize(colon);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos) {
    return wrong;
  }
  const unsigned long number = std::stoul(port);
  if (number == 0 || number > 65535) return wrong;
  options.service_port = static_cast<std::uint16_t>(number);
  return Done{};
}

Outcome read_plurals(const std::vector<std::string>& texts, webhook::Plurals& plurals) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string resource = equals == std::string::npos ? "" : text.substr(equals + 1);
    const bool plain = !resource.empty() && resource.find_first_not_of(
                                                "abcdefghijklmnopqrstuvwxyz0123456789-") ==
                                                std::string::npos;
    if (equals == 0 || !plain) {
      return Error{Errc::misconfigured, "--plural: expected KIND=RESOURCE, found \"" + text + "\""};
    }
    plurals[text.substr(0, equals)] = resource;
  }
  return Done{};
}

Outcome read_target(Options& options) {
  if (!options.service.empty()) PORTREEVE_CHECK(read_service(options.service, options.webhook));
  if (options.ca_file.empty()) {
    return Error{Errc::misconfigured,
                 "--ca FILE is needed: the API server trusts no gate without it"};
  }
  Result<std::string> pem = read_file(options.ca_file, limits::kPolicyFileBytes);
  if (!pem.ok()) return Error{Errc::misconfigured, "--ca: " + pem.error().message};
  options.webhook.ca_pem = std::move(pem).value();
  return webhook::check_options(options.webhook);
}

int fail(const Error& error, engine::Cause cause, Io& io) {
  print_error(io, "webhook-config", error);
  return engine::outlet(cause).exit;
}

int check_registered(const Options& options, const policies::PolicySet& policies, Io& io) {
  Result<std::string> text = read_file(options.check_file, limits::kReviewBytes);
  if (!text.ok()) return fail(text.error(), engine::cause_of_input(text.error()), io);
  const Result<yaml::Stream> stream = yaml::parse_file_text(
      options.check_file, std::move(text).value(), json::review_limits(), nullptr);
  if (!stream.ok()) {
    const Error error = with_context(stream.error(), options.check_file);
    return fail(error, engine::cause_of_input(error), io);
  }
  if (stream.value().documents.size() != 1) {
    return fail(Error{Errc::malformed, options.check_file + ": expected one configuration, found " +
                                           std::to_string(stream.value().documents.size())},
                engine::Cause::malformed, io);
  }
  const auto problems = webhook::check_configuration(
      policies, stream.value().documents[0]->root(), options.webhook.plurals,
      options.webhook.unsafe_ignore);
  if (!problems.ok()) {
    return fail(with_context(problems.error(), options.check_file), engine::Cause::malformed, io);
  }
  for (const std::string& problem : problems.value()) io.out << problem << '\n';
  if (problems.value().empty()) {
    io.out << "everything that the policies judge is sent\n";
    return kExitAllow;
  }
  return kExitDeny;
}

}  // namespace

int run_webhook_config(std::span<const std::string> args, Io& io) {
  Options options;
  CLI::App app;
  declare(app, options);
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  const Outcome plurals = read_plurals(options.plurals, options.webhook.plurals);
  if (!plurals.ok()) return fail(plurals.error(), engine::Cause::misconfigured, io);
  const bool check = !options.check_file.empty();
  const bool target = !options.webhook.url.empty() || !options.service.empty();
  if (check && target) {
    return fail(Error{Errc::misconfigured, "--check goes without --url and --service"},
                engine::Cause::misconfigured, io);
  }
  const auto policies = load_policies(options.policies);
  if (!policies.ok()) {
    return fail(policies.error(), engine::cause_of_operator(policies.error().code), io);
  }
  if (check) return check_registered(options, *policies.value(), io);
  if (const Outcome read = read_target(options); !read.ok()) {
    return fail(read.error(), engine::cause_of_operator(read.error().code), io);
  }
  io.out << webhook::webhook_configuration(*policies.value(), options.webhook);
  return kExitAllow;
}

}  // namespace portreeve::cli
