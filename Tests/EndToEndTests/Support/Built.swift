import Foundation

/// What the tests run: the shell that was built with them, the images, and the project's files.
enum Built {
  enum Configuration: String, CaseIterable {
    case release, debug
  }

  /// The folder of the sources.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent()  // Support
    .deletingLastPathComponent()  // EndToEndTests
    .deletingLastPathComponent()  // Tests
    .deletingLastPathComponent()

  /// The shell, beside the test program.
  static let shell = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("vcpu-shell").path

  /// The folder with the images of one configuration.
  static func images(_ configuration: Configuration) -> String {
    package.appendingPathComponent(".build-image/aarch64-none-none-elf/\(configuration.rawValue)")
      .path
  }

  /// The path of an image.
  static func image(_ name: String, _ configuration: Configuration = .release) -> String {
    images(configuration) + "/" + name
  }

  /// A file of the project.
  static func file(_ path: String) -> String { package.appendingPathComponent(path).path }

  /// Whether `scripts/setup --linux` has been run.
  static let hasLinux = ["Image", "initrd.gz"].allSatisfy {
    FileManager.default.isReadableFile(atPath: file(".linux/\($0)"))
  }

  /// Whether `scripts/setup --firmware` has been run.
  static let hasFirmware = ["u-boot.bin", "u-boot.elf", "QEMU_EFI.fd"].allSatisfy {
    FileManager.default.isReadableFile(atPath: file(".firmware/\($0)"))
  }

  /// Why nothing here can be run; nil if everything exists. Missing images are built.
  static let problem: String? = {
    let files = FileManager.default
    guard files.isExecutableFile(atPath: shell) else {
      return "\(shell) is missing: run scripts/build --host"
    }
    guard Programs.path(of: "qemu-system-aarch64") != nil, Programs.path(of: "setpriv") != nil
    else { return "qemu-system-aarch64 or setpriv is missing: run scripts/setup" }
    for configuration in Configuration.allCases {
      let areThere = ["vcpu-image", "tour"].allSatisfy {
        files.isReadableFile(atPath: image($0, configuration))
      }
      guard areThere || Programs.buildImages(configuration) else {
        return "the \(configuration.rawValue) images are missing and cannot be built: "
          + "run scripts/build --image -c \(configuration.rawValue)"
      }
    }
    return nil
  }()
}

/// Programs installed on this computer.
enum Programs {
  /// A program's path, from PATH.
  static func path(of name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end, and returns its output. Throws if it fails.
  @discardableResult
  static func run(_ name: String, _ arguments: String...) throws -> String {
    try run(name, arguments)
  }

  @discardableResult
  static func run(_ name: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path(of: name) ?? name)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw HarnessError("\(name) \(arguments) ended with \(process.terminationStatus): \(text)")
    }
    return text
  }

  static func buildImages(_ configuration: Built.Configuration) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Built.file("scripts/build"))
    process.arguments = ["--image", "-c", configuration.rawValue]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
