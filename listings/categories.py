"""The categories a fresh site starts with: address, name, name in Chinese. Pure."""

CATEGORIES = (
    ("top-up-and-game-cards", "Top-up and game cards", "充值与游戏卡"),
    ("shopping-and-dining-coupons", "Shopping and dining coupons", "购物与餐饮券"),
    ("streaming-and-apps", "Streaming and apps", "影音会员与应用"),
    ("travel-and-transport", "Travel and transport", "出行与交通"),
)
