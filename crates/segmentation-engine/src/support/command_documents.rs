//! What is written from the definition of a command line: completions of shells and manual pages. Both programs have these
//! commands, so that packages need nothing but the programs.

use std::{io, path::PathBuf};

use clap_complete::Shell;

#[derive(Debug, clap::Subcommand)]
pub enum CommandDocument {
    /// Print the completions of a shell
    Completions { shell: Shell },
    /// Write the manual pages into a folder: one for the program, and one for each command
    ManPages { folder: PathBuf },
}

impl CommandDocument {
    /// Of the program that `command` defines.
    pub fn write(self, mut command: clap::Command) -> io::Result<()> {
        match self {
            Self::Completions { shell } => {
                let (name, mut script) = (command.get_name().to_owned(), Vec::new());
                // Not to standard output at once: it panics if nobody reads it.
                clap_complete::generate(shell, &mut command, name, &mut script);
                io::Write::write_all(&mut io::stdout(), &script)
            }
            Self::ManPages { folder } => {
                std::fs::create_dir_all(&folder)?;
                clap_mangen::generate_to(command.disable_help_subcommand(true), folder)
            }
        }
    }
}
