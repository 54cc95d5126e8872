internal import Foundation

/// Finds the images that are built with the project: beside the executable's build folder, or where an
/// installation puts them.
public struct ImageLocator: Sendable {
  /// The folders to look in, in this order.
  public let folders: [String]

  /// Looks in `VCPU_SHELL_IMAGES` if that is set; else in the build folder next to the one that the
  /// executable is in (release before debug), and in `../share/vcpu-shell` of an installation.
  public init(executablePath: String) {
    if let folder = ProcessInfo.processInfo.environment["VCPU_SHELL_IMAGES"], !folder.isEmpty {
      folders = [folder]
      return
    }
    let executable = URL(fileURLWithPath: executablePath).resolvingSymlinksInPath()
    let folder = executable.deletingLastPathComponent()
    var candidates = [folder.appendingPathComponent("../share/vcpu-shell").standardized.path]
    // …/.build/x86_64-unknown-linux-gnu/debug/vcpu-shell
    let package = folder.appendingPathComponent("../../..").standardized
    for configuration in ["release", "debug"] {
      candidates.append(
        package.appendingPathComponent(".build-image/aarch64-none-none-elf/\(configuration)").path)
    }
    folders = candidates
  }

  /// The path of an image.
  public func path(of image: String) throws(LaunchError) -> String {
    for folder in folders {
      let path = folder + "/" + image
      if FileManager.default.isReadableFile(atPath: path) { return path }
    }
    throw .noImage(image, searched: folders)
  }
}
