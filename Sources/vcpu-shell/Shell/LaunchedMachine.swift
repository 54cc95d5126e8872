internal import Glibc
internal import VCpuDebug

/// The machine that the shell launched.
struct LaunchedMachine {
  let configuration: LaunchConfiguration
  /// What its files were like when they were read.
  private let stamps: [FileStamp?]
  /// Whether it has executed anything.
  var hasRun = false

  init(_ configuration: LaunchConfiguration) {
    self.configuration = configuration
    stamps = Self.paths(configuration).map(FileStamp.init(path:))
  }

  /// Whether one of its files is another now: a rebuilt guest, most likely.
  var hasChangedFiles: Bool {
    Self.paths(configuration).map(FileStamp.init(path:)) != stamps
  }

  private static func paths(_ configuration: LaunchConfiguration) -> [String] {
    [configuration.hypervisor, configuration.guest]
      + [configuration.guestSymbols, configuration.initrd, configuration.deviceTree]
      .compactMap { $0 }
  }
}

/// By what a file that was written again differs from the one before.
private struct FileStamp: Equatable {
  private let inode: UInt
  private let byteCount: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil for a file that is not there.
  init?(path: String) {
    var information = stat()
    guard unsafe stat(path, &information) == 0 else { return nil }
    inode = information.st_ino
    byteCount = information.st_size
    seconds = information.st_mtim.tv_sec
    nanoseconds = information.st_mtim.tv_nsec
  }
}
