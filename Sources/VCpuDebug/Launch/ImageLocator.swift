internal import Foundation

/// Finds the images that are built with the project: next to the executable's build folder, or where
/// an installation puts them.
public struct ImageLocator: Sendable {
  /// The folders to look in, in this order.
  public let folders: [String]

  /// The folders to search for Debian's Linux: `VCPU_SHELL_LINUX` if that is set, or else an installation's and
  /// the package's, which `scripts/setup --linux` fills.
  public let linuxFolders: [String]

  /// Looks in `VCPU_SHELL_IMAGES` if that is set, or else in the build folder next to the one that
  /// the executable is in (release before debug), and in `../share/vcpu-shell` of an installation.
  public init(executablePath: String) {
    let environment = ProcessInfo.processInfo.environment
    let executable = URL(fileURLWithPath: executablePath).resolvingSymlinksInPath()
    let folder = executable.deletingLastPathComponent()
    let installed = folder.appendingPathComponent("../share/vcpu-shell").standardized
    // …/.build/x86_64-unknown-linux-gnu/debug/vcpu-shell
    let package = folder.appendingPathComponent("../../..").standardized
    if let folder = environment["VCPU_SHELL_IMAGES"], !folder.isEmpty {
      folders = [folder]
    } else {
      folders =
        [installed.path]
        + ["release", "debug"].map {
          package.appendingPathComponent(".build-image/aarch64-none-none-elf/\($0)").path
        }
    }
    if let folder = environment["VCPU_SHELL_LINUX"], !folder.isEmpty {
      linuxFolders = [folder]
    } else {
      linuxFolders = [
        installed.appendingPathComponent("linux"), package.appendingPathComponent(".linux"),
      ]
      .map(\.path)
    }
  }

  /// The path of an image.
  public func path(of image: String) throws(LaunchError) -> String {
    for folder in folders {
      let path = folder + "/" + image
      if FileManager.default.isReadableFile(atPath: path) { return path }
    }
    throw .noImage(image, searched: folders)
  }

  /// The paths of Debian's kernel and of the initial file system made for it.
  public func linux() throws(LaunchError) -> (image: String, initrd: String) {
    for folder in linuxFolders {
      let files = (image: folder + "/Image", initrd: folder + "/initrd.gz")
      if [files.image, files.initrd].allSatisfy(FileManager.default.isReadableFile(atPath:)) {
        return files
      }
    }
    throw .noLinux(searched: linuxFolders)
  }
}
