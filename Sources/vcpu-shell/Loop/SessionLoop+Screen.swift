internal import Glibc
internal import VCpuDebug

/// The full-screen view beside the prompt.
extension SessionLoop {
  /// Carries out a command or a key for the view.
  func change(_ change: ScreenChange) throws {
    guard let editor, inputs.isEmpty else {
      throw ShellError("the full-screen view needs a person at a prompt")
    }
    let isOpen = screen?.isOpen == true
    switch change {
    case .disable: editor.withTerminalGiven { closeScreen() }
    case .toggle where isOpen: editor.withTerminalGiven { closeScreen() }
    case .enable, .toggle: try openScreen()
    case .layout(let layout):
      if !isOpen { try openScreen() }
      screen?.layout = layout
    case .nextLayout(let step):
      if isOpen, let screen {
        screen.layout = screen.layout.advanced(by: step)
      } else {
        try openScreen()
      }
    case .refresh:
      screen?.redraw()
    }
    screen?.refresh()
  }

  private func openScreen() throws {
    let screen = try screen ?? FullScreen(shell, layout: usualLayout)
    self.screen = screen
    guard !screen.isOpen else { return }
    try editor?.withTerminalGiven {
      try screen.open()
      editor?.display = screen
    }
  }

  /// Leaves the view.
  func closeScreen() {
    editor?.display = nil
    screen?.close()
  }

  /// What matters most of a hypervisor's stop is its guest's exit.
  private var usualLayout: ScreenLayout {
    shell.session?.hasHypervisor == true ? .exit : .src
  }

  /// A key that readline doesn't know was pressed.
  func press(_ key: ScreenKey) {
    let wanted: ScreenChange
    switch key {
    case .toggle: wanted = .toggle
    case .redraw: wanted = .refresh
    case .firstLayout: wanted = .layout(usualLayout)
    case .nextLayout: wanted = .nextLayout(1)
    case .pageUp, .pageDown: return screen?.press(key) ?? ()
    }
    do {
      try change(wanted)
    } catch {
      shell.report(error)
    }
  }

  /// Ctrl-Z in the view: the process stops without it.
  func stopProcess() {
    guard let screen, screen.isOpen else { return }
    let stop = {
      screen.withTerminalReleased { _ = raise(SIGTSTP) }
      self.shell.signals.takeAll(.continued)
    }
    if let editor, editor.isInstalled { editor.withTerminalGiven(stop) } else { stop() }
    shell.guestTerminal?.retake()
  }
}
