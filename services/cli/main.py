"""`attune`: commands for operators. A person's commands over HTTP join it later."""

import typer

from cli import ops

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Attune's command line.")
app.add_typer(ops.app, name="ops", help="For operators: set up, look after and mend a site.")


@app.callback()
def attune() -> None:
    """Attune's command line. Settings are the services' own, from the environment."""


if __name__ == "__main__":
    app()
