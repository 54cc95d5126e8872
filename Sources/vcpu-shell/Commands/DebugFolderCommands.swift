internal import VCpuDebug

/// `set debug-file-directory`: where split debug information is looked for.
enum SetDebugFoldersCommand: ShellCommand {
  static let name = "set debug-file-directory"
  private static let folders = Parameter<String?>(
    "[FOLDER[:FOLDER…]]", .words, complete: { _ in .fileNames }
  ) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [folders]
  static let summary = "Choose the folders with debug information in files of its own."
  static let manual = """
    It is for the files that are read from now on, and for those that were read without debug information: they
    are looked for again, and listed if they have some now.

    A file's own folder is always searched, and .debug in it, for the name in .gnu_debuglink. A FOLDER has
    .build-id with a file for each build identifier, or the file by its whole path. It is /usr/lib/debug at the
    start, and none without an argument.

      set debug-file-directory /usr/lib/debug:~/symbols
    """

  static let transcript = """
    (vcpu) set debug-file-directory /srv/debug:/usr/lib/debug
    (vcpu) show debug-file-directory
    /srv/debug
    /usr/lib/debug
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    shell.debugFolders = try FolderNames.parse(arguments[folders] ?? "")
    guard let session = shell.session, session.hasTarget, !session.isRunning else { return .done }
    let found = try session.findDebugInformation(with: shell.reader)
    return found.isEmpty ? .done : .answer(try ModulesAnswer(found, in: session))
  }
}

/// `show debug-file-directory`: lists those folders.
enum ShowDebugFoldersCommand: ShellCommand {
  static let name = "show debug-file-directory"
  static let summary = "List the folders with debug information in files of its own."

  static let transcript = """
    (vcpu) show debug-file-directory
    /usr/lib/debug
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(DebugFoldersAnswer(folders: shell.debugFolders))
  }
}
