import Foundation

/// `Fixtures/bare.c` compiled for an architecture by the Swift toolchain's clang, which supports them all.
enum BareProgram {
  /// Why the program can't be built; nil if it can.
  static let problem: String? =
    toolchainFolder == nil ? "no toolchain with clang and lld was found" : nil

  private static let toolchainFolder: String? = Programs.path(of: "swift").flatMap { swift in
    let folder = URL(fileURLWithPath: swift).resolvingSymlinksInPath().deletingLastPathComponent()
      .path
    let files = FileManager.default
    return ["clang", "ld.lld"].allSatisfy {
      files.isExecutableFile(atPath: folder + "/" + $0)
    } ? folder : nil
  }

  /// The path of the program, which is made in `folder`.
  static func path(for target: String, in folder: TemporaryFolder) throws -> String {
    let flags =
      target.hasPrefix("mips")
      ? ["-mabi=32", "-mcpu=mips32r2"] : target.hasPrefix("arm") ? ["-mfloat-abi=soft"] : []
    return try compile(
      Built.file("Tests/GDBRemoteTests/Live/Fixtures/bare.c"), for: target, ["-O1"] + flags,
      to: folder.path + "/" + target)
  }

  /// Compiles a program that needs no library, and returns its path.
  static func compile(
    _ source: String, for target: String, _ flags: [String], to path: String
  ) throws -> String {
    guard let toolchainFolder else { throw HarnessError(problem ?? "") }
    try Programs.run(
      toolchainFolder + "/clang",
      ["--target=\(target)-linux-gnu\(target.hasPrefix("arm") ? "eabi" : "")"] + flags + [
        "-w", "-ffreestanding", "-fno-pic", "-nostdlib", "-static", "-fuse-ld=lld",
        "-Wl,-e,_start", "-o", path, source,
      ])
    return path
  }
}
