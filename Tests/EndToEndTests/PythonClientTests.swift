import Foundation
import Testing

extension EndToEnd {
  /// `--interpreter json`, through the Python client of docs/examples and through clients that behave badly. The
  /// tests themselves are in Python/client_test.py, which validates each line of the shell's output.
  @Suite(
    .enabled(
      if: Programs.validatingPython != nil,
      "there is no Python 3.11 with jsonschema: run scripts/setup"))
  struct PythonClient {
    private func run(_ name: String) throws {
      let python = try #require(Programs.validatingPython)
      try Programs.run(
        "timeout", "120", python, Built.file("Tests/EndToEndTests/Python/client_test.py"), name,
        Built.shell, Built.file("docs/schema/answers-1.0.json"))
    }

    @Test(arguments: [
      "a_whole_session", "a_timeout_leaves_the_target_running",
      "an_exception_leaves_nothing_running", "a_session_that_cannot_be_opened",
      "the_loss_of_the_machine", "lines_of_a_script",
    ])
    func sessions(name: String) throws { try run(name) }

    @Test(arguments: [
      "half_a_line", "a_line_of_100_MB", "what_is_no_request",
      "a_client_that_goes_away_while_the_target_runs", "a_client_that_no_longer_reads",
      "a_signal_that_ends_the_shell", "a_signal_while_nobody_reads",
    ])
    func badClients(name: String) throws { try run(name) }

    @Test(.enabled(if: Programs.path(of: "mypy") != nil, "mypy is not installed"))
    func theClientHasItsTypes() throws {
      try Programs.run("mypy", "--strict", Built.file("docs/examples/vcpu_shell.py"))
    }
  }
}

extension Programs {
  /// A Python that has the validator for JSON Schema: the one in PATH, or Debian's.
  static let validatingPython: String? = [path(of: "python3"), "/usr/bin/python3"]
    .compactMap { $0 }.first { path in
      let check = "import sys, jsonschema; assert sys.version_info >= (3, 11)"
      return (try? run(path, "-c", check)) != nil
    }
}
