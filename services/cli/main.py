"""`attune`: commands for operators. A person's commands over HTTP join it later."""

import logging

import typer

from cli import ops

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Attune's command line.")
app.add_typer(ops.app, name="ops", help="For operators: set up, look after and mend a site.")


@app.callback()
def attune() -> None:
    """Attune's command line. Settings are the services' own, from the environment."""
    # A command says in one sentence what is wrong with Kafka; its client would say it in thirty lines.
    logging.getLogger("kafka").addHandler(logging.NullHandler())


if __name__ == "__main__":
    app()
